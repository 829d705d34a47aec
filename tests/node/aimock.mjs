// Starts aimock, a mock of many vendors that is not ours, and prints its address. Ends with its standard input.
import { LLMock } from "@copilotkit/aimock";

const mock = new LLMock({ port: 0, host: "127.0.0.1" });
mock.onMessage("two rows", {
  toolCalls: [
    { name: "lookup", arguments: JSON.stringify({ id: "7" }) },
    { name: "lookup", arguments: JSON.stringify({ id: "東京" }) },
  ],
});
mock.onMessage("too often", { error: { message: "slow down", type: "rate_limit_error" }, status: 429 });
mock.onMessage("hello", { content: "Hello, wörld, from a mock that is not ours." });
await mock.start();
console.log(mock.url);
process.stdin.on("end", () => mock.stop().then(() => process.exit()));
process.stdin.resume();
