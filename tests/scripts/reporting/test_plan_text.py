"""Plans for people."""

import base64

from scripts.reporting.plan_text import readable

NOTE = "\nNote: Objects have changed outside of Terraform\n\n  # ledger has changed\n\n"
RULE = "Terraform used the selected providers to generate the following execution\nplan.\n"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_what_changed_outside_is_left_out():
    assert readable(NOTE + RULE) == RULE
    assert readable(NOTE + "No changes. Your infrastructure") == "No changes. Your infrastructure"


def test_user_data_is_shown_as_changed_lines():
    before, after = encoded("#!/bin/bash\nA='1'\ntrue\n"), encoded("#!/bin/bash\nA='2'\ntrue\n")
    line = f'      ~ user_data                            = "{before}" -> "{after}"\n'
    shown = readable(RULE + line + "    }\n")
    assert "-A='1'" in shown
    assert "+A='2'" in shown
    assert before not in shown
    assert shown.endswith("    }\n")


def test_a_text_without_either_is_as_it_was():
    assert readable("anything\n") == "anything\n"
