import { createCalls } from "./calls";
import type {
  CallOptions,
  ClientOptions,
  Download,
  DownloadOptions,
  MutationOptions,
  SubscriptionHandlers,
  Unsubscribable,
  UploadOptions,
} from "./contract";
import { download } from "./download";
import { createHttp } from "./http";
import { subscribe } from "./subscribe";
import { upload } from "./upload";

export { PhaseboardError } from "./error";

/** The methods of every procedure; the packed types say which of them exist. */
interface AnyCall {
  query(input?: unknown, options?: CallOptions): Promise<unknown>;
  mutate(input?: unknown, options?: MutationOptions): Promise<unknown>;
  subscribe(input: unknown, handlers: SubscriptionHandlers<unknown>): Unsubscribable;
}

type Routers = Record<string, Record<string, AnyCall>>;

interface Transfers {
  upload(options: UploadOptions): Promise<unknown>;
  download(artifact_id: string, options?: DownloadOptions): Promise<Download>;
}

/** A client of the Phaseboard at `url`: its procedures by name, uploads and downloads. Sends nothing by itself. */
export function createClient(options: ClientOptions): Transfers & Routers {
  const http = createHttp(options);
  const calls = createCalls(http);
  const transfers: Transfers = {
    upload: (given) => upload(http, given),
    download: (artifact_id, given) => download(http, artifact_id, given),
  };
  const callAt = (path: string): AnyCall => ({
    query: (input, given) => calls.query(path, input, given),
    mutate: (input, given) => calls.mutate(path, input, given),
    subscribe: (input, handlers) => subscribe(calls, path, input, handlers),
  });
  const routers = byName((router) => byName((name) => callAt(`${router}.${name}`)));
  return new Proxy(transfers, {
    get: (own, key) => (Object.hasOwn(own, key) ? Reflect.get(own, key) : Reflect.get(routers, key)),
  }) as Transfers & Routers;
}

/** An object that has every property it is asked for, except `then`: it must not look like a promise. */
function byName<T>(make: (name: string) => T): Record<string, T> {
  const made: Record<string, T> = Object.create(null);
  return new Proxy(made, {
    get(known, key) {
      if (typeof key !== "string" || key === "then") return undefined;
      known[key] ??= make(key);
      return known[key];
    },
  });
}
