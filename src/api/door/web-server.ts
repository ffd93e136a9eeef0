import { createServer, IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HTTP_STATUS } from "../../lib/errors";
import { ADDRESS_HEADER, PATH_HEADER } from "../../lib/request-headers";
import type { Settings } from "../../lib/settings";
import { clientAddress, isTrustedProxy } from "../../lib/trust-proxy";
import { type ConnectionLimits, Connections, connectionLimits } from "./connections";
import { admitOrigin } from "./cors";
import { Pace } from "./pace";
import { DoorResponse, hasBody } from "./response";
import { SAFE_HEADERS, safeHeaders } from "./security-headers";

/** Longer than the minute for which proxies keep a connection, so that we never close one they are about to use. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_MS = 20_000;
const CHECK_MS = 5_000;
/** Nothing in either direction; what streams says something every ten seconds. */
const SILENCE_MS = 180_000;
const MAX_HEADERS = 100;
/** Requests of one address that are under way; a browser's tab holds a stream and asks a few beside it. */
const REQUESTS_PER_ADDRESS = 512;
const PAGE_METHODS = ["GET", "HEAD"];
const METHODS = [...PAGE_METHODS, "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

export interface DoorOptions
  extends Pick<Settings, "url" | "trustProxy" | "corsOrigins">,
    Partial<ConnectionLimits> {
  isDev?: boolean;
  requestsPerAddress?: number;
  /** In which time a body has to bring what is least. */
  paceMs?: number;
}

/**
 * The one server of the web process. What holds for every request is decided here, before it is known who asks and
 * what for: how many there may be, how long they may take to say it, what every answer's headers say.
 */
export function makeWebServer(
  options: DoorOptions,
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Server {
  const { trustProxy, isDev = false, requestsPerAddress = REQUESTS_PER_ADDRESS } = options;
  const server = createServer<typeof IncomingMessage, typeof DoorResponse>({
    IncomingMessage,
    ServerResponse: DoorResponse,
    headersTimeout: HEADERS_MS,
    // The pace of a body decides, not how long it takes.
    requestTimeout: 0,
    connectionsCheckingInterval: CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Said below, with the headers of every answer.
    requireHostHeader: false,
  });
  server.maxHeadersCount = MAX_HEADERS;
  server.timeout = SILENCE_MS;
  const connections = new Connections({ ...connectionLimits(), ...options }, (address) =>
    isTrustedProxy(address, trustProxy),
  );
  const pace = new Pace(options.paceMs);
  const asking = new Map<string, number>();
  const around = { isSecure: options.url.startsWith("https:"), isDev };

  server.on("connection", (socket) => connections.add(socket));
  server.on("clientError", refuseUnread);
  server.on("checkExpectation", (incoming, outgoing) => {
    outgoing.defaults = safeHeaders(incoming, around);
    refuse(outgoing, "EXPECTATION_FAILED", "Expect takes 100-continue alone.");
  });
  server.on("request", (incoming, outgoing) => {
    // A stream that breaks off belongs to whoever reads it; where nobody does, that ends no process.
    incoming.on("error", () => {});
    const address = clientAddress(
      incoming.socket.remoteAddress ?? "unknown",
      headerText(incoming.headers["x-forwarded-for"]),
      trustProxy,
    );
    incoming.headers[ADDRESS_HEADER] = address;
    const count = (asking.get(address) ?? 0) + 1;
    asking.set(address, count);
    const endAsking = connections.ask(incoming.socket);
    outgoing.once("close", () => {
      endAsking();
      const left = (asking.get(address) ?? 1) - 1;
      if (left > 0) asking.set(address, left);
      else asking.delete(address);
    });
    straighten(incoming);
    outgoing.defaults = safeHeaders(incoming, around);
    if (incoming.httpVersion === "1.1" && !incoming.headers.host)
      return refuse(outgoing, "BAD_REQUEST", "A request names its host.");
    if (count > requestsPerAddress) {
      outgoing.setHeader("Retry-After", "1");
      return refuse(outgoing, "TOO_MANY_REQUESTS", "Too many requests at once from your address.");
    }
    if (hasBody(incoming)) {
      const slow = "The body came too slowly. Send it again over a better line, or in smaller parts.";
      pace.watch(incoming, () => refuse(outgoing, "REQUEST_TIMEOUT", slow, { isCut: true }));
    }
    incoming.headers[PATH_HEADER] = incoming.url;
    const { method = "GET", url = "/" } = incoming;
    if (url === "*") {
      outgoing.setHeader("Allow", METHODS.join(", "));
      outgoing.writeHead(method === "OPTIONS" ? 204 : 400).end();
    } else if (!admitOrigin(incoming, outgoing, options)) {
      const isApi = url.startsWith("/api/");
      const taken = isDev || isApi ? METHODS : PAGE_METHODS;
      if (!taken.includes(method)) {
        outgoing.setHeader("Allow", taken.join(", "));
        refuse(outgoing, "METHOD_NOT_ALLOWED", `This address takes ${taken.join(", ")}, not ${method}.`);
      } else if (isApi && !isDecodable(url.split("?", 1)[0] ?? url)) {
        refuse(outgoing, "BAD_REQUEST", "The address is broken: its percent-encoding has a fault.");
      } else {
        // Compressed, a file would lose its length and its ranges, and a stream its pace.
        if (isApi) delete incoming.headers["accept-encoding"];
        answer(incoming, outgoing);
      }
    }
  });
  return server;
}

/** What is no request that can be read: there is nothing but the connection to answer on. */
function refuseUnread(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
  const headers = Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${headers.join("")}\r\n`);
}

const headerText = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(",") : value);

/**
 * An address in the form that everything behind the door expects: as a path, which can be decoded. One of a page
 * that cannot is that of no page; the API says itself what is wrong with it.
 */
function straighten(incoming: IncomingMessage): void {
  const url = incoming.url ?? "/";
  if (url === "*") return;
  if (!url.startsWith("/")) {
    const { pathname, search } = URL.canParse(url) ? new URL(url) : { pathname: "/", search: "" };
    incoming.url = `${pathname}${search}`;
  }
  const path = incoming.url?.split("?", 1)[0] ?? "/";
  if (!path.startsWith("/api/") && !isDecodable(path)) incoming.url = "/no-such-page";
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Answers in REST's shape; `isCut` where who is still sending is not listened to any more. */
function refuse(
  outgoing: DoorResponse,
  code: keyof typeof STATUS,
  message: string,
  { isCut = false } = {},
): void {
  if (outgoing.headersSent) return void outgoing.req.socket.destroy();
  const text = JSON.stringify({ error: { code, message } });
  outgoing.setHeader("Content-Type", "application/json; charset=utf-8");
  outgoing.setHeader("Content-Length", Buffer.byteLength(text));
  outgoing.writeHead(STATUS[code]);
  if (isCut) outgoing.cut(text);
  else outgoing.end(text);
}

const STATUS = { ...HTTP_STATUS, REQUEST_TIMEOUT: 408, EXPECTATION_FAILED: 417 };
