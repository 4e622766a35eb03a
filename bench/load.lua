-- Writes the id of every 200 answer to a file, so that each can be looked up in the storage.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  ids = io.open(args[1] .. "." .. number, "w")
end

-- Answers other than 200 are counted by wrk itself.
function response(status, headers, body)
  if status == 200 then
    ids:write(string.match(body, '"id": ?"([^"]+)"') or "none", "\n")
  end
end
