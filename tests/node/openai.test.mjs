// The official Node client with only base URL and key changed.
// Environment: GATEWAY (root URL), KEY, LIMITED_KEY, UPSTREAM (root URL of the scripted provider).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const { GATEWAY, KEY, LIMITED_KEY, UPSTREAM } = process.env;
const HI = [{ role: "user", content: "héllo wörld 👋" }];
const WEATHER = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const ODD_IDS = ["odd-vendor/llama-9-scout-17b:free", "qwen.qwen9-32b-v1:0", "a/b/c:d"];

function make(base = "/v1", apiKey = KEY) {
  return new OpenAI({ baseURL: GATEWAY + base, apiKey, maxRetries: 0, timeout: 15_000 });
}

const client = make();
const chat = client.chat.completions;

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

function textOf(chunks) {
  return chunks.map((c) => c.choices[0]?.delta?.content ?? "").join("");
}

async function seen(mark) {
  return (await fetch(`${UPSTREAM}/seen/${mark}`)).json();
}

for (const base of ["/v1", "", "/api/gateway/v1"]) {
  test(`base URL ${base || "/"}: chat, stream and models`, async () => {
    const here = make(base);
    const answer = await here.chat.completions.create({ model: "m-echo", messages: HI });
    assert.equal(answer.choices[0].message.content, HI[0].content);
    assert.equal(answer.usage.total_tokens, 27);
    assert.ok(answer._request_id);
    const stream = await here.chat.completions.create({ model: "m-echo", messages: HI, stream: true });
    assert.equal(textOf(await collect(stream)), HI[0].content);
    const ids = (await collect(await here.models.list())).map((m) => m.id);
    for (const id of ["m-echo", ...ODD_IDS]) assert.ok(ids.includes(id), id);
  });
}

for (const id of ["m-echo", ...ODD_IDS]) {
  test(`model ${id} is retrieved and served`, async () => {
    assert.equal((await client.models.retrieve(id)).id, id);
    const { response } = await chat.create({ model: id, messages: HI }).withResponse();
    assert.equal(response.headers.get("x-lobstack-model"), id);
  });
}

test("usage chunk only when asked for", async () => {
  const plain = await collect(await chat.create({ model: "m-echo", messages: HI, stream: true }));
  assert.ok(plain.every((c) => c.choices.length === 1 && !c.usage));
  const asked = await collect(
    await chat.create({ model: "m-echo", messages: HI, stream: true, stream_options: { include_usage: true } }),
  );
  const last = asked.at(-1);
  assert.deepEqual(last.choices, []);
  assert.equal(last.usage.total_tokens, 27);
  assert.ok("cost_usd" in last || "cost_usd" in last.usage);
});

test("parallel tools over several turns", async () => {
  const mark = randomUUID();
  const messages = [{ role: "system", content: mark }, { role: "user", content: "weather?" }];
  const first = await chat.create({ model: "m-tools", messages, tools: [WEATHER] });
  const said = first.choices[0].message;
  assert.equal(first.choices[0].finish_reason, "tool_calls");
  assert.equal(said.tool_calls.length, 2);
  messages.push(said);
  for (const call of said.tool_calls) messages.push({ role: "tool", tool_call_id: call.id, content: "9 °C" });
  const second = await chat.create({ model: "m-tools", messages, tools: [WEATHER] });
  assert.equal(second.choices[0].message.content, "call_a=9 °C;call_b=9 °C;");
  const sent = await seen(mark);
  assert.deepEqual(sent[1].body.messages, JSON.parse(JSON.stringify(messages)));
});

test("streamed tools through the helper", async () => {
  const runner = chat.stream({ model: "m-tools", messages: HI, tools: [WEATHER] });
  const { tool_calls } = (await runner.finalChatCompletion()).choices[0].message;
  assert.deepEqual(tool_calls.map((c) => JSON.parse(c.function.arguments).city), ["Zürich", "東京"]);
});

test("structured output", async () => {
  const shape = z.object({ name: z.string(), age: z.number() });
  const answer = await chat.parse({
    model: "m-structured",
    messages: HI,
    response_format: zodResponseFormat(shape, "person"),
  });
  assert.deepEqual(answer.choices[0].message.parsed, { name: "Ada", age: 1.5 });
});

test("vision parts arrive as they were sent", async () => {
  const mark = randomUUID();
  const content = [
    { type: "text", text: mark },
    { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "high" } },
  ];
  const answer = await chat.create({ model: "m-vision", messages: [{ role: "user", content }] });
  assert.match(answer.choices[0].message.content, /^1 images/);
  assert.deepEqual((await seen(mark))[0].body.messages[0].content, content);
});

for (const [model, Kind, status, code] of [
  ["no-such-model-at-all", OpenAI.NotFoundError, 404, "model_not_found"],
  ["m-400", OpenAI.BadRequestError, 400, "invalid_value"],
  ["m-400-context", OpenAI.BadRequestError, 400, "context_length_exceeded"],
  ["m-413", OpenAI.APIError, 413, undefined],
  ["m-429", OpenAI.RateLimitError, 429, "rate_limit_exceeded"],
  ["m-500", OpenAI.InternalServerError, 502, undefined],
  ["m-401", OpenAI.InternalServerError, 502, undefined],
]) {
  for (const stream of [false, true]) {
    test(`typed error: ${model}, stream ${stream}`, async () => {
      await assert.rejects(chat.create({ model, messages: HI, stream }), (error) => {
        assert.ok(error instanceof Kind, String(error));
        assert.equal(error.status, status);
        assert.ok(error.requestID);
        if (code) assert.equal(error.code, code);
        return true;
      });
    });
  }
}

test("wrong key", async () => {
  const wrong = make("/v1", `tg_live_deadbeef${"0".repeat(48)}`);
  await assert.rejects(wrong.chat.completions.create({ model: "m-echo", messages: HI }), (error) => {
    assert.ok(error instanceof OpenAI.AuthenticationError);
    assert.equal(error.code, "invalid_api_key");
    return true;
  });
});

test("forbidden model", async () => {
  await assert.rejects(
    make("/v1", LIMITED_KEY).chat.completions.create({ model: "m-tools", messages: HI }),
    OpenAI.PermissionDeniedError,
  );
});

test("body over the cap", async () => {
  const messages = [{ role: "user", content: "x".repeat(2 << 20) }];
  await assert.rejects(chat.create({ model: "m-echo", messages }), (error) => error.status === 413);
});

test("a broken stream raises", async () => {
  const stream = await chat.create({ model: "m-cut", messages: HI, stream: true });
  await assert.rejects(collect(stream), OpenAI.APIError);
});

test("fifty streams at once", async () => {
  const texts = Array.from({ length: 50 }, (_, at) => `stream ${at} `.repeat(20));
  const got = await Promise.all(
    texts.map(async (content) => {
      const stream = await chat.create({ model: "m-echo", messages: [{ role: "user", content }], stream: true });
      return textOf(await collect(stream));
    }),
  );
  assert.deepEqual(got, texts);
});

test("abort in mid-stream reaches the upstream within 250 ms", async () => {
  const mark = randomUUID();
  const stream = await chat.create({
    model: "m-endless",
    messages: [{ role: "user", content: mark }],
    stream: true,
  });
  let count = 0;
  for await (const _ of stream) if (++count === 5) break; // leaving the loop aborts
  const left = Date.now();
  let rows = [];
  while (!rows[0]?.gone && Date.now() - left < 3000) rows = await seen(mark);
  assert.ok(rows[0].gone);
  assert.ok(Date.now() - left < 250, `${Date.now() - left} ms`);
});
