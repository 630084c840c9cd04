// A receiver of Refold's deliveries on Node's own http module; nothing to install.

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

// Two keys, while the key is rotated. An empty key would accept what anybody can sign.
const KEYS = [process.env.REFOLD_API_KEY, process.env.REFOLD_API_KEY_BEFORE].filter(Boolean);
if (!process.env.REFOLD_API_KEY) throw new Error("REFOLD_API_KEY is unset or empty");

const LARGEST = 2 * 1024 * 1024;
const CONNECTION = { "Connection Created": true, "Connection Deleted": false, "Connection Expired": false };

// Use your database in their place: a unique constraint on the identity, in the transaction of the effect.
const deliveries = new Set();
const connections = new Map();

const server = createServer(async (request, response) => {
  const [path] = request.url.split("?");
  if (path === "/effects" && process.env.SHOW_EFFECTS === "1") return answer(response, 200, JSON.stringify(effects()));
  if (path !== "/refold") return answer(response, 404, "not found");
  if (request.method !== "POST") return answer(response, 405, "POST only");
  const signature = request.headers["x-cobalt-signature"]; // Two headers come as "a, b": no signature has that form.
  if (!signature) return answer(response, 401, "no signature"); // Before the body is read.
  const body = await read(request);
  if (body === null) return answer(response, 413, "too large");
  if (!verify(body, signature)) return answer(response, 401, "wrong signature");
  const payload = parse(body);
  if (payload === null) return answer(response, 400, "not a JSON object");
  take(payload);
  return answer(response, 200, "ok");
});

/** The raw bytes of the body, before anything decodes or parses them; null where there are too many. */
async function read(request) {
  if (Number(request.headers["content-length"] ?? 0) > LARGEST) return null;
  const pieces = [];
  let size = 0;
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      size += piece.length;
      if (size > LARGEST) return null;
      pieces.push(piece);
    }
  } catch {
    return Buffer.alloc(0); // The sender has gone in the middle of it.
  }
  return Buffer.concat(pieces);
}

/** Whether one of the keys signed these bytes. timingSafeEqual throws on another length: the form is looked at first. */
function verify(body, signature) {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  const given = Buffer.from(signature, "hex");
  const matches = KEYS.map((key) => timingSafeEqual(given, createHmac("sha256", key).update(body).digest()));
  return matches.includes(true);
}

/** The JSON object in a body; null where there is none. */
function parse(body) {
  try {
    const payload = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return payload !== null && typeof payload === "object" && !Array.isArray(payload) ? payload : null;
  } catch {
    return null;
  }
}

/** Keep a delivery, once. What is done about it is done later: the sender waits for the answer. */
function take(payload) {
  const id = identity(payload);
  if (deliveries.has(id)) return;
  deliveries.add(id);
  if (!Object.hasOwn(CONNECTION, payload.event)) return;
  const changed = Date.parse(payload.createdAt);
  const account = JSON.stringify([payload.linked_account_id, payload.slug]);
  // Retries reorder: what happened last counts, not what arrived last.
  if (!(changed < (connections.get(account)?.changed ?? -Infinity))) {
    connections.set(account, { changed, connected: CONNECTION[payload.event] });
  }
}

/** What tells a delivery from all others: a run gives several events, an account can connect the same app again. */
function identity(payload) {
  return String(payload.event).startsWith("Connection ")
    ? JSON.stringify([payload.linked_account_id, payload.slug, payload.event, payload.createdAt])
    : JSON.stringify([payload.instance_id, payload.event, payload.status]);
}

/** How many deliveries had an effect; for `hookwright test receiver --effects`. */
function effects() {
  const connected = [...connections.values()].filter((one) => one.connected).length;
  return { count: deliveries.size, connected };
}

function answer(response, status, text) {
  if (status >= 400) response.setHeader("Connection", "close"); // The rest of a body that is refused is not read.
  response.writeHead(status, { "Content-Type": "text/plain", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

server.listen(Number(process.env.PORT ?? 8000), "127.0.0.1");
