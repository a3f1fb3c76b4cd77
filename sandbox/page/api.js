// The sandbox control API (DESIGN.md section 6): the only file that knows its addresses.

export class ApiError extends Error {}

async function call(method, path, body) {
  const options = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(`/sandbox/${path}`, options);
  const text = await answer.text();
  if (!answer.ok) throw new ApiError(errorLine(text) || `The sandbox answered ${answer.status}.`);
  return text ? JSON.parse(text) : null;
}

function errorLine(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return "";
  }
}

// A script waits for the bot to settle; a person at the page does not have to.
const settle = (wait) => (wait ? "?wait=1" : "");

export const api = {
  state: (after) => call("GET", `state?after=${after}`),
  moveClock: (body) => call("POST", "clock", body),
  createUser: (firstName) =>
    call("POST", "users", { first_name: firstName, language_code: "en" }),
  messages: (id, after) => call("GET", `users/${id}/messages?after=${after}`),
  send: (id, body, wait = false) => call("POST", `users/${id}/messages${settle(wait)}`, body),
  tap: (id, messageId, button, wait = false) =>
    call("POST", `users/${id}/taps${settle(wait)}`, { message_id: messageId, button }),
  block: (id, blocked) => call("POST", `users/${id}/block`, { blocked }),
  addFault: (fault) => call("POST", "faults", fault),
  clearFaults: () => call("DELETE", "faults"),
};

/**
 * Calls `onChange` when anything in the sandbox changed and `onLink` with true or false as the
 * server is reached or lost. EventSource reconnects by itself unless the server answered with an
 * error, and then it stays closed: that case is opened again here.
 */
export function watch(onChange, onLink) {
  const source = new EventSource("/sandbox/events");
  source.onopen = () => {
    onLink(true);
    onChange();
  };
  source.onmessage = onChange;
  source.addEventListener("changed", onChange);
  source.onerror = () => {
    onLink(false);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => watch(onChange, onLink), 2000);
  };
}
