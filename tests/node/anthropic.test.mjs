// Anthropic's Node client with only base URL and key changed, in front of every vendor.
// Environment: GATEWAY (root URL), KEY, UPSTREAM (root URL of the scripted vendors).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";

const { GATEWAY, KEY, UPSTREAM } = process.env;
const VENDORS = ["anthropic", "azure", "bedrock", "chat", "cohere", "gemini", "ollama", "responses"];
const TEXT = "The row is blü.";
const LOOKUP = {
  name: "lookup",
  input_schema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
};

const make = (apiKey = KEY) => new Anthropic({ baseURL: GATEWAY, apiKey, maxRetries: 0, timeout: 15_000 });
const { messages } = make();
const ask = (model, content = "hello", extra = {}) => ({
  model,
  max_tokens: 500,
  messages: [{ role: "user", content }],
  ...extra,
});
const textOf = (message) => message.content.map((block) => block.text ?? "").join("");
const callsOf = (message) => message.content.filter((block) => block.type === "tool_use").map((block) => block.input);

for (const name of VENDORS) {
  test(`${name}: text`, async () => {
    const message = await messages.create(ask(`${name}-text`));
    assert.equal(textOf(message), TEXT);
    assert.equal(message.stop_reason, "end_turn");
    assert.ok(message.usage.output_tokens === 30 && message._request_id);
  });

  test(`${name}: streamed tools, and their results`, async () => {
    const message = await messages.stream(ask(`${name}-tools`, "hello", { tools: [LOOKUP] })).finalMessage();
    assert.deepEqual(callsOf(message), [{ id: "7" }, { id: "東京" }]);
    assert.equal(message.stop_reason, "tool_use");
    const mark = randomUUID();
    const results = message.content
      .filter((block) => block.type === "tool_use")
      .map((block) => ({ type: "tool_result", tool_use_id: block.id, content: "9 °C" }));
    const history = [
      { role: "user", content: mark },
      { role: "assistant", content: message.content },
      { role: "user", content: results },
    ];
    const answer = await messages.create(ask(`${name}-text`, "", { tools: [LOOKUP], messages: history }));
    assert.equal(textOf(answer), TEXT);
    const sent = await (await fetch(`${UPSTREAM}/seen/${mark}`)).json();
    assert.equal(JSON.stringify(sent[0].body).split("9 °C").length - 1, 2);
  });

  test(`${name}: a broken stream raises`, async () => {
    await assert.rejects(messages.stream(ask(`${name}-cut`)).finalMessage(), Anthropic.AnthropicError);
  });

  for (const [mood, Kind] of [
    ["e400", Anthropic.BadRequestError],
    ["e429", Anthropic.RateLimitError],
    ["e529", Anthropic.InternalServerError],
  ]) {
    test(`${name}: ${mood}`, async () => {
      await assert.rejects(messages.create(ask(`${name}-${mood}`)), (error) => {
        assert.ok(error instanceof Kind, String(error));
        assert.ok(error.requestID && error.error.error.message);
        return true;
      });
    });
  }
}

test("counting tokens", async () => {
  const { model, messages: asked } = ask("anthropic-text");
  assert.ok((await messages.countTokens({ model, messages: asked })).input_tokens > 0);
});

test("wrong key and unknown model", async () => {
  const wrong = make(`tg_live_deadbeef${"0".repeat(48)}`);
  await assert.rejects(wrong.messages.create(ask("chat-text")), Anthropic.AuthenticationError);
  await assert.rejects(messages.create(ask("no-such-model")), Anthropic.NotFoundError);
});
