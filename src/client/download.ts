import { piecesOf, streamOf } from "./bytes";
import type { Download, DownloadOptions } from "./contract";
import { networkError, PhaseboardError } from "./error";
import { type Http, refusal } from "./http";

/** Starts to download an artifact. The call and its stream throw `PhaseboardError` or the signal's reason. */
export async function download(http: Http, id: string, options: DownloadOptions = {}): Promise<Download> {
  const { signal, range, onProgress } = options;
  signal?.throwIfAborted();
  const path = `/api/artifacts/${encodeURIComponent(id)}`;
  const wanted: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end ?? ""}` } : {};
  const response = await http.send(path, `${http.url}${path}`, {
    headers: { ...(await http.authorization()), ...wanted },
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await refusal(response, path);
  const { headers, body } = response;
  const total = byteCount(headers.get("content-length"));
  const stream = streamOf(watched(body, path, total, options));
  onProgress?.({ loaded: 0, total });
  const bytes = async () => new Uint8Array(await new Response(stream).arrayBuffer());
  return {
    name: nameIn(headers.get("content-disposition")) ?? id,
    mime_type: headers.get("content-type")?.split(";")[0]?.trim() || "application/octet-stream",
    size_bytes: byteCount(/\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1] ?? null) ?? total,
    stream,
    bytes,
    text: async () => new TextDecoder().decode(await bytes()),
  };
}

async function* watched(
  body: ReadableStream<Uint8Array> | null,
  path: string,
  total: number | null,
  { signal, onProgress }: DownloadOptions,
): AsyncGenerator<Uint8Array, void> {
  let loaded = 0;
  try {
    if (body) {
      for await (const piece of piecesOf(body)) {
        loaded += piece.length;
        yield piece;
        onProgress?.({ loaded, total });
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof PhaseboardError ? error : networkError(error, path);
  }
}

/** Null if a proxy compressed the body or removed its length. */
function byteCount(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/**
 * The file name in a Content-Disposition (RFC 6266): the encoded form if there is one, else the plain one.
 */
function nameIn(disposition: string | null): string | undefined {
  if (!disposition) return undefined;
  const encoded = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]*)/i.exec(disposition)?.[1];
  if (encoded !== undefined) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      // Not decodable: use the plain form below.
    }
  }
  const quoted = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, "$1");
  return /;\s*filename\s*=\s*([^;\s"]+)/i.exec(disposition)?.[1];
}
