// Dify's own client, as npm has it: only the base address is another.
import { CompletionClient } from "dify-client";

const client = new CompletionClient(process.env.TOKEN, process.env.BASE);
const { data } = await client.runWorkflow({ question: "Where is my order?" }, "ada");
console.log(data.data.outputs.text);

// What goes past Dify is sent by the same client, with a token that may choose.
const backEnd = new CompletionClient(process.env.BROAD, process.env.BASE);
const chosen = await backEnd.sendRequest("POST", "/workflows/run", {
  inputs: { question: "Where is my order?" },
  user: "ada",
  credential_profile: "harbour_openai",
});
console.log(chosen.data.data.outputs.text);

try {
  await client.runWorkflow({}, "ada");
} catch (error) {
  console.log(error.response.status, error.response.data.code);
}
