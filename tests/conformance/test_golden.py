"""The order that everyone expects: small talk at the bottom, dangerous work at the top."""

import pytest

from support.configs import TIERS
from support.decision import route

NANO, SMALL, STANDARD, PREMIUM, FLAGSHIP = range(5)

AGENT = [
    {"role": "system", "content": "You are a helpful assistant that uses tools to manage a user's calendar and mail."},
    {"role": "user", "content": "Find a free half hour with Maria next week and send her an invitation."},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "list_events", "arguments": '{"week":"next"}'}}],
    },
    {"role": "tool", "tool_call_id": "c1", "content": '[{"day":"Tuesday","free":["10:00","14:30"]},{"day":"Thursday","free":["09:00"]}]'},
    {"role": "user", "content": "Take the Tuesday afternoon one and keep the mail short."},
]
TOOLS = [
    {"type": "function", "function": {"name": name, "description": f"{name} for the user", "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}}}
    for name in ("list_events", "create_event", "send_mail")
]
CODING = """Here is our service:

```python
class Cache:
    def __init__(self): self.items = {}
    def get(self, key): return self.items.get(key)
    def put(self, key, value): self.items[key] = value
```

Make it thread-safe, add expiry and a size bound with least-recently-used eviction.
First explain which lock you choose and why, then write the code, then the tests,
then measure the contention and suggest how to shard it. Keep the public interface."""
MIGRATION = """We must move the payment ledger from one database to sharded storage without
downtime. Wrong balances mean that customers lose money and that we break the law, and
there is no way back once the switch is made.

Files involved: src/ledger/account.rs, src/ledger/entry.rs, src/ledger/hold.rs,
src/ledger/settle.rs, src/api/payments.rs, src/api/refunds.rs, src/jobs/reconcile.rs,
migrations/0042_shard.sql, migrations/0043_backfill.sql, deploy/cutover.yaml.

```rust
pub async fn settle(tx: &mut Transaction<'_>, hold: Hold, cost: Nano) -> Result<(), Error> {
    let row = tx.lock(hold.account).await?;
    if row.posted.checked_add(cost).ok_or(Error::Overflow)? > row.limit { return Err(Error::Over); }
    tx.post(hold.account, cost).await
}
```

Step by step: design the dual-write protocol, prove that no interleaving of crash and
retry can lose or double an entry, refactor every file above for it, write the backfill,
the verification job and the rollback plan, and review the security of each step.""" + "\n\nThink it through carefully before you answer; production depends on it."

SMALL_TALK = ["thanks!", "ok", "Thank you so much", "hi", "yes", "great, thanks", "merci !", "danke schön", "ありがとう", "👍"]


@pytest.mark.parametrize("words", SMALL_TALK)
def test_small_talk_is_nano(ladder, words):
    assert route(ladder, "auto", words).tier == "nano"


@pytest.mark.parametrize("words", ["What is the capital of France?", "How many days has February?", "Translate 'cat' to German", "Wie heißt die Hauptstadt von Frankreich?"])
def test_a_simple_question_is_at_most_small(ladder, words):
    assert TIERS.index(route(ladder, "auto", words).tier) <= SMALL


def step(system, wish, name=None, arguments=None, result=None):
    """An agent's conversation, with one tool call done if it is given."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": wish}]
    if name:
        call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": "c1", "content": result})
    return messages


CODER = (
    "You are an agent that works in a repository. Use the tools to read, edit and run. Make small "
    "changes, run the tests after each, and report what you did."
)
SHOP = "You are a support agent for a web shop. Use the tools to look up orders and to answer customers."
DATES = 'def parse_date(s):\n    y, m, d = s.split("-")\n    return date(int(y), int(d), int(m))\n'
ORDER = '{"id":4711,"item":"kettle","date":"2026-10-02","warranty_months":24}'
STEPS = {
    "rename": step(CODER, "Rename the function load_config to read_config in src/app.py and fix the callers."),
    "failing test": step(
        CODER,
        "The test test_parse_date fails, please find out why and fix it.",
        "read_file",
        '{"path":"src/dates.py"}',
        DATES,
    ),
    "support": step(
        SHOP,
        "Order 4711 arrived damaged. Check whether it is still under warranty and arrange a replacement.",
        "get_order",
        '{"id":4711}',
        ORDER,
    ),
    "research": step(
        "You are a research agent.",
        "Find three recent articles about heat pumps and summarise their main points in a table.",
        "search",
        '{"q":"heat pumps"}',
        '[{"title":"Heat pumps in old houses"},{"title":"Grid load"}]',
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_an_everyday_agent_step_is_standard(ladder, name):
    assert route(ladder, "auto", STEPS[name], tools=TOOLS).tier == "standard"


def test_a_light_agent_step_is_near_standard(ladder):
    assert SMALL <= TIERS.index(route(ladder, "auto", AGENT, tools=TOOLS).tier) <= PREMIUM


def test_a_coding_task_in_several_steps_is_at_least_premium(ladder):
    assert TIERS.index(route(ladder, "auto", CODING).tier) >= PREMIUM


def test_high_stakes_over_many_files_is_flagship(ladder):
    assert route(ladder, "auto", MIGRATION).tier == "flagship"


@pytest.mark.parametrize("words", ["thanks!", "ok, sounds good", "yes please", "done"])
def test_an_acknowledgement_is_never_flagship(ladder, words):
    after = [
        {"role": "user", "content": MIGRATION},
        {"role": "assistant", "content": "Here is the plan. " * 200},
        {"role": "user", "content": words},
    ]
    assert route(ladder, "auto", after).tier != "flagship" or words == "yes please"
    assert TIERS.index(route(ladder, "auto", words).tier) <= SMALL


def test_history_counts(ladder):
    """"yes please" after an architecture discussion is not "yes please" alone."""
    alone = route(ladder, "auto", "yes please").score
    after = [
        {"role": "user", "content": MIGRATION},
        {"role": "assistant", "content": "I can write the full design and refactor all the files. Shall I?"},
        {"role": "user", "content": "yes please"},
    ]
    assert route(ladder, "auto", after).score > alone


def test_the_order_of_scores(ladder):
    asked = ["thanks!", "What is the capital of France?", AGENT, CODING, MIGRATION]
    scores = [route(ladder, "auto", content).score for content in asked]
    assert scores == sorted(scores), scores


def test_words_are_whole_words(ladder):
    """"improve" is not "prove", "decode" is not "code"."""
    plain = route(ladder, "auto", "I approve of the recoded postcode.").score
    assert plain <= route(ladder, "auto", "Prove the theorem and write the code.").score


def test_what_cannot_be_read_goes_to_standard(ladder):
    odd = [{"role": "user", "content": [{"type": "something_new", "payload": {"a": 1}}]}]
    assert TIERS.index(route(ladder, "auto", odd).tier) >= STANDARD
