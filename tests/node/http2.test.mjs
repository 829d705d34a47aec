// HTTP/2 with prior knowledge: chat, stream and trailers on one connection.
// Environment: GATEWAY (root URL), KEY.
import assert from "node:assert/strict";
import http2 from "node:http2";
import { after, before, test } from "node:test";

const { GATEWAY, KEY } = process.env;
let session;

before(() => {
  session = http2.connect(GATEWAY);
});
after(() => session.close());

function call(body, headers = {}) {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/v1/chat/completions",
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
      ...headers,
    });
    const answer = { text: "", trailers: {} };
    stream.setEncoding("utf8");
    stream.on("response", (head) => (answer.head = head));
    stream.on("data", (piece) => (answer.text += piece));
    stream.on("trailers", (trailers) => (answer.trailers = trailers));
    stream.on("error", (error) => resolve({ ...answer, error }));
    stream.on("end", () => resolve(answer));
    stream.setTimeout(10_000, () => reject(new Error("no answer")));
    stream.end(JSON.stringify(body));
  });
}

const ask = (model, extra = {}) => ({ model, messages: [{ role: "user", content: "hello" }], ...extra });

test("chat", async () => {
  const answer = await call(ask("m-echo"));
  assert.equal(answer.head[":status"], 200);
  assert.equal(answer.head["x-lobstack-model"], "m-echo");
  assert.equal(JSON.parse(answer.text).choices[0].message.content, "hello");
});

test("stream with trailers", async () => {
  const answer = await call(ask("m-echo", { stream: true }), { te: "trailers" });
  assert.ok(answer.text.endsWith("data: [DONE]\n\n"));
  assert.match(answer.trailers["x-lobstack-cost-usd"], /^\d+\.\d+$/);
});

test("a broken stream does not end well", async () => {
  const answer = await call(ask("m-cut", { stream: true }));
  assert.match(answer.text, /"error"/);
  assert.doesNotMatch(answer.text, /\[DONE\]/);
  assert.ok(answer.error, "the stream is reset");
});

test("a hundred requests at once on one connection", async () => {
  const all = await Promise.all(Array.from({ length: 100 }, () => call(ask("m-echo", { stream: true }))));
  for (const answer of all) assert.ok(answer.text.endsWith("data: [DONE]\n\n"));
});

test("an error", async () => {
  const answer = await call(ask("none-such"));
  assert.equal(answer.head[":status"], 404);
  assert.equal(JSON.parse(answer.text).error.code, "model_not_found");
  assert.ok(answer.head["x-request-id"]);
});
