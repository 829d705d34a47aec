// Vectors through OpenAI's Node client and Vercel's AI SDK, in front of every vendor.
// Environment: GATEWAY (root URL), KEY, VENDORS (names, with commas between).
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embed, embedMany } from "ai";
import OpenAI from "openai";

const { GATEWAY, KEY } = process.env;
const VALUES = ["one", "héllo", "👋", "x".repeat(300)];
const BYTES = VALUES.map((value) => Buffer.byteLength(value));

const gateway = createOpenAICompatible({ name: "gateway", baseURL: `${GATEWAY}/v1`, apiKey: KEY });
const client = new OpenAI({ baseURL: `${GATEWAY}/v1`, apiKey: KEY, maxRetries: 0, timeout: 15_000 });

for (const name of process.env.VENDORS.split(",")) {
  const id = `from-${name}`;

  test(`${name}: embedMany and embed`, async () => {
    const model = gateway.embeddingModel(id);
    const many = await embedMany({ model, values: VALUES, maxRetries: 0 });
    assert.deepEqual(many.embeddings.map((vector) => vector[0]), BYTES);
    assert.ok(many.usage.tokens > 0);
    const one = await embed({ model, value: "one", maxRetries: 0 });
    assert.equal(one.embedding[0], 3);
  });

  test(`${name}: embeddings.create`, async () => {
    for (const how of [{}, { encoding_format: "float" }, { encoding_format: "base64" }]) {
      const answer = await client.embeddings.create({ model: id, input: VALUES, ...how });
      assert.deepEqual(answer.data.map((row) => row.index), [0, 1, 2, 3]);
      if (how.encoding_format === "base64") continue; // which it then leaves as it is
      assert.deepEqual(answer.data.map((row) => row.embedding[0]), BYTES);
    }
  });
}
