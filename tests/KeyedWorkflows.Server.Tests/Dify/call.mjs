// Does one thing with Dify's client, as an application would, and prints how the client says that it went. The order comes on standard input: a token is in it.
import { readFileSync } from "node:fs";
import { CompletionClient } from "dify-client";

const order = JSON.parse(readFileSync(0, "utf8"));
const client = new CompletionClient(order.token, order.baseUrl);

try {
  const answer = await perform(order);
  print({ status: answer.status, data: order.stream ? await eventsOf(answer.data) : answer.data });
} catch (error) {
  if (!error.response) throw error;
  const { status, data, headers } = error.response;
  print({ error: error.name, code: error.code, message: error.message, status, data, retryAfter: headers["retry-after"], requestId: headers["x-request-id"] });
}

function perform({ call, inputs, user, stream, method, path, data, params, file }) {
  switch (call) {
    case "runWorkflow":
      return client.runWorkflow(inputs, user, stream);
    case "getApplicationParameters":
      return client.getApplicationParameters(user);
    case "fileUpload": {
      const form = new FormData();
      form.append("user", user);
      form.append("file", new Blob([file.text], { type: file.type }), file.name);
      return client.fileUpload(form);
    }
    case "sendRequest":
      return client.sendRequest(method, path, data, params, stream);
    default:
      throw new Error(`No such call: ${call}`);
  }
}

// The client hands the stream over as it comes.
async function eventsOf(stream) {
  let text = "";
  for await (const part of stream.setEncoding("utf8")) text += part;
  return text
    .split("\n\n")
    .map((frame) => frame.split("\n").find((line) => line.startsWith("data: ")))
    .filter((line) => line !== undefined)
    .map((line) => JSON.parse(line.slice("data: ".length)));
}

function print(outcome) {
  console.log(JSON.stringify(outcome));
}
