# shellcheck shell=bash
# shellcheck disable=SC2329 # functions are called by name, through phase and retry
#
# Boots one instance into the service. Terraform puts the settings (RELEASE_VERSION to
# CONTAINER_ENVIRONMENT) above this text; cloud-init runs the whole once, as root.
#
# The instance takes traffic only after this script has completed the launch lifecycle hook with
# CONTINUE. On any error, and at its own deadline, which is shorter than the hook's heartbeat, it
# ships what it knows to CloudWatch Logs and completes the hook with ABANDON.
#
# It keeps to what bash 3.2 knows, so that the emulator can run it on a Mac too.

set -Eeuo pipefail
umask 077

SYSTEMD_DIR=${SYSTEMD_DIR:-/etc/systemd/system}
LOG_FILE=${LOG_FILE:-/var/log/app-boot.log}
CONFIG_DIR=${CONFIG_DIR:-/etc/app}
HOST_PORT=${HOST_PORT:-5000}
METADATA=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}

UNIT=app.service
IMAGE=$REPOSITORY_URL@$IMAGE_DIGEST
export AWS_DEFAULT_REGION=$REGION AWS_PAGER='' AWS_MAX_ATTEMPTS=3

log() {
  printf '%s %4d s  %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$SECONDS" "$*"
}

phase() { # NAME COMMAND: one line when it begins, one with its seconds when it is done
  local name=$1 begun=$SECONDS
  shift
  log "$name: begins"
  "$@"
  log "$name: done in $((SECONDS - begun)) s"
}

retry() { # COMMAND: five attempts, the pause growing
  local attempt
  for attempt in 1 2 3 4; do
    "$@" && return
    log "attempt $attempt of 5 failed: $1"
    sleep "$attempt"
  done
  "$@"
}

aws_call() { # bounded: a call that hangs must not outlast the hook
  aws --cli-connect-timeout 5 --cli-read-timeout 10 "$@"
}

# --- boot: each phase in the order in which it runs -------------------------------------------

install_docker() {
  command -v docker >/dev/null || retry dnf install --assumeyes --quiet docker
  systemctl enable --now docker.service
}

login() {
  aws_call ecr get-login-password |
    docker login --username AWS --password-stdin "${REPOSITORY_URL%%/*}"
}

pull() {
  local answer
  if answer=$(docker pull --quiet "$IMAGE" 2>&1); then
    return
  fi
  log "docker pull: $answer"
  # What the registry does not hold will not appear by asking again: do not spend the deadline.
  case $answer in *'not found'* | *'manifest unknown'*) exit 1 ;; esac
  return 1
}

pull_image() {
  retry login
  retry pull
  docker logout "${REPOSITORY_URL%%/*}" # the registry's password stays on no disk
}

write_files() {
  local docker
  docker=$(command -v docker)
  mkdir -p "$CONFIG_DIR" "$SYSTEMD_DIR"
  cat >"$CONFIG_DIR/environment" <<END
$CONTAINER_ENVIRONMENT
RELEASE_VERSION=$RELEASE_VERSION
IMAGE_DIGEST=$IMAGE_DIGEST
INSTANCE_ID=$INSTANCE_ID
AWS_REGION=$REGION
AWS_DEFAULT_REGION=$REGION
END
  # systemd alone restarts the container. Grace of the stop: gunicorn's < docker's < systemd's.
  cat >"$SYSTEMD_DIR/$UNIT" <<END
[Unit]
Description=$GROUP_NAME $RELEASE_VERSION
Wants=network-online.target
Requires=docker.service
After=docker.service network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStartPre=-$docker rm --force app
ExecStart=$docker run --rm --name app --pull never \\
  --publish $HOST_PORT:5000 --env-file $CONFIG_DIR/environment \\
  --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \\
  --stop-timeout $STOP_SECONDS \\
  --log-driver awslogs --log-opt awslogs-region=$REGION \\
  --log-opt awslogs-group=$LOG_GROUP --log-opt awslogs-stream=$INSTANCE_ID \\
  --log-opt awslogs-create-group=false \\
  --log-opt mode=non-blocking --log-opt max-buffer-size=4m \\
  $IMAGE
ExecStop=-$docker stop -t $STOP_SECONDS app
Restart=always
RestartSec=2
TimeoutStopSec=$((STOP_SECONDS + 10))

[Install]
WantedBy=multi-user.target
END
}

start_container() {
  write_files
  systemctl daemon-reload
  systemctl enable --now "$UNIT"
}

runs_untouched() { # one question for both, so that no restart falls between two
  local state
  state=$(systemctl show --property ActiveState --property NRestarts "$UNIT" | sort)
  [[ $state == $'ActiveState=active\nNRestarts=0' ]]
}

wait_until_settled() { # /ready answers without a break for SETTLE_SECONDS, nothing is restarted
  # SECONDS are whole: two that differ by one may be an instant apart.
  local since='' answer='' last=''
  until [[ -n $since ]] && ((SECONDS - since > SETTLE_SECONDS)); do
    if ! runs_untouched; then
      log "the container ended before it had been ready for $SETTLE_SECONDS s"
      return 1
    fi
    if answer=$(curl --silent --show-error --fail-with-body --max-time 2 \
      "http://127.0.0.1:$HOST_PORT/ready" 2>&1); then
      since=${since:-$SECONDS}
    else
      since=''
    fi
    [[ $answer == "$last" ]] || log "/ready: $answer"
    last=$answer
    sleep 0.5
  done
}

ask() { # PATH ACCEPT: its body, and on a line of its own the status; 000 without an answer
  # Of a range that is nobody's (RFC 5737), once for each proxy that app/config.py may trust.
  local forwarded
  forwarded=$(printf '192.0.2.1,%.0s' {1..9})
  curl --silent --show-error --max-time 10 --write-out '\n%{http_code}' --header "Accept: $2" \
    --header "X-Forwarded-For: ${forwarded%,}" "http://127.0.0.1:$HOST_PORT$1" 2>&1 || true
}

visit() { # asks for each path as programs and as browsers do: a release can be ready and fail there
  local paths path accept answer
  read -ra paths <<<"$VISITED_PATHS"
  for path in "${paths[@]}"; do
    for accept in '*/*' text/html; do
      answer=$(ask "$path" "$accept")
      case ${answer##*$'\n'} in
        [1-4]??) ;;
        *)
          log "GET $path (Accept: $accept): no answer below 500: ${answer//$'\n'/ }"
          return 1
          ;;
      esac
    done
  done
}

boot() {
  trap 'log "line $LINENO failed with status $?: $BASH_COMMAND"' ERR
  log "instance $INSTANCE_ID boots release ${RELEASE_VERSION:-none}, image $IMAGE"
  [[ -n $RELEASE_VERSION && -n $IMAGE_DIGEST ]] # else: no release is recorded yet
  phase docker install_docker
  phase image pull_image
  phase container start_container
  phase ready wait_until_settled
  phase visits visit
}

# --- around it: deadline, evidence, lifecycle hook ---------------------------------------------

metadata() {
  curl --silent --show-error --fail --max-time 5 --retry 5 --retry-connrefused \
    --header "X-aws-ec2-metadata-token: $TOKEN" "$METADATA/latest/meta-data/$1"
}

create_log_stream() {
  aws_call logs create-log-stream --log-group-name "$LOG_GROUP" \
    --log-stream-name "$INSTANCE_ID/boot"
}

ship_log() { # the last 400 lines, as printable ASCII so that escaping two characters is enough
  local events
  events=$(mktemp)
  tail -n 400 "$LOG_FILE" | expand | LC_ALL=C tr -c '\n\040-\176' '?' | cut -c 1-1000 |
    sed -e '/^ *$/d' -e 's/[\\"]/\\&/g' |
    awk -v now="$(date +%s)000" '
      { printf "%s{\"timestamp\":%s,\"message\":\"%s\"}", (NR > 1 ? ",\n" : "["), now, $0 }
      END { print "]" }' >"$events"
  aws_call logs put-log-events --log-group-name "$LOG_GROUP" \
    --log-stream-name "$INSTANCE_ID/boot" --log-events "file://$events" >/dev/null
}

lifecycle_state() {
  aws_call autoscaling describe-auto-scaling-instances --instance-ids "$INSTANCE_ID" \
    --query 'AutoScalingInstances[0].LifecycleState' --output text
}

complete_hook() { # CONTINUE or ABANDON
  local state
  state=$(lifecycle_state) || return
  case $state in
    Pending:Wait) ;;
    Pending) return 1 ;; # the group has not reached the hook yet: ask again
    *)
      log "no hook waits for this instance ($state): nothing to complete"
      return 0
      ;;
  esac
  aws_call autoscaling complete-lifecycle-action --auto-scaling-group-name "$GROUP_NAME" \
    --lifecycle-hook-name "$HOOK_NAME" --instance-id "$INSTANCE_ID" \
    --lifecycle-action-result "$1" || return
  log "hook $HOOK_NAME completed with $1"
}

evidence() {
  systemctl status --no-pager --lines 0 "$UNIT" || true
  journalctl --unit "$UNIT" --lines 100 --output cat --no-pager || true
}

TOKEN=$(curl --silent --show-error --fail --max-time 5 --retry 5 --retry-connrefused \
  --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 3600' "$METADATA/latest/api/token")
INSTANCE_ID=$(metadata instance-id)

# Job control gives each background job a process group, so that the deadline can end all of it,
# a command that hangs included.
set -m
{ boot 2>&1 | tee -a "$LOG_FILE"; } &
boot=$!
{ sleep "$BOOT_DEADLINE_SECONDS" && kill -KILL -- "-$boot"; } &
deadline=$!
disown "$deadline" # its end is no news
create_log_stream || true

status=0
wait "$boot" || status=$?
kill -KILL -- "-$deadline" 2>/dev/null || true
set +m

result=CONTINUE
if ((status != 0)); then
  result=ABANDON
  {
    ((SECONDS < BOOT_DEADLINE_SECONDS)) || log "the deadline of $BOOT_DEADLINE_SECONDS s has passed"
    log "boot failed with status $status; the container's last lines:"
    evidence
  } 2>&1 | tee -a "$LOG_FILE"
else
  log "boot done in $SECONDS s" | tee -a "$LOG_FILE"
fi
ship_log || log "the boot log could not be shipped to $LOG_GROUP" | tee -a "$LOG_FILE"
retry complete_hook "$result" 2>&1 | tee -a "$LOG_FILE"
exit "$status"
