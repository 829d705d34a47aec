// Vercel's AI SDK through its OpenAI-compatible provider, in front of every vendor.
// Environment: GATEWAY (root URL), KEY.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const { GATEWAY, KEY } = process.env;
const VENDORS = ["anthropic", "azure", "bedrock", "chat", "cohere", "gemini", "ollama", "responses"];
const THINKERS = ["anthropic", "bedrock", "gemini", "ollama", "responses"];
const TEXT = "The row is blü.";

const gateway = createOpenAICompatible({ name: "gateway", baseURL: `${GATEWAY}/v1`, apiKey: KEY, includeUsage: true });
const options = (model) => ({ model: gateway(model), prompt: "hello", maxRetries: 0 });
const tools = (seen) => ({
  lookup: tool({
    description: "Finds a row",
    inputSchema: z.object({ id: z.string() }),
    execute: async ({ id }) => {
      seen.push(id);
      return "blue";
    },
  }),
});

for (const name of VENDORS) {
  test(`${name}: text`, async () => {
    const answer = await generateText(options(`${name}-text`));
    assert.equal(answer.text, TEXT);
    assert.equal(answer.finishReason, "stop");
    assert.equal(answer.usage.inputTokens, 130);
    assert.equal(answer.usage.outputTokens, 30);
    if (THINKERS.includes(name)) assert.equal(answer.reasoningText, "look it up");
  });

  test(`${name}: stream`, async () => {
    const answer = streamText(options(`${name}-text`));
    let text = "";
    for await (const piece of answer.textStream) text += piece;
    assert.equal(text, TEXT);
    assert.equal(await answer.finishReason, "stop");
    assert.equal((await answer.usage).outputTokens, 30);
  });

  for (const streaming of [false, true]) {
    test(`${name}: tools are run, and asked again with their results; stream ${streaming}`, async () => {
      const seen = [];
      const given = { ...options(`${name}-tools`), tools: tools(seen), stopWhen: stepCountIs(2) };
      const run = streaming ? streamText(given) : await generateText(given);
      if (streaming) await run.consumeStream();
      assert.equal((await run.steps).length, 2);
      assert.deepEqual(seen, ["7", "東京", "7", "東京"]);
    });
  }

  test(`${name}: errors and broken streams are told`, async () => {
    await assert.rejects(generateText(options(`${name}-e400`)), (error) => error.statusCode === 400);
    let told;
    const broken = streamText({ ...options(`${name}-cut`), onError: ({ error }) => (told = error) });
    await broken.consumeStream({ onError: (error) => (told ??= error) });
    assert.ok(told);
  });
}
