/** Explains an HTTP answer that is not from the API, such as a proxy's or a page's, and how to mend it. */
export function sayForeignAnswer(status: number): string {
  switch (status) {
    case 413:
      return "A proxy in front of Phaseboard refused it as too large (413). Raise its limit to 101 MB, in nginx by `client_max_body_size 101m`, then try again.";
    case 429:
      // 429 comes from Phaseboard itself, which limits requests per address.
      return "Too much is asked at once from this address (429). Try again in some seconds.";
    case 502:
    case 503:
      return `A proxy in front of Phaseboard could not reach it (${status}). Check that Phaseboard runs and that the proxy has its address, then try again.`;
    case 504:
      return "A proxy in front of Phaseboard waited too long for it (504). Raise its time limit, or try again.";
    case 401:
    case 403:
    case 407:
      return `Something between here and Phaseboard refused this (${status}), such as a proxy with a sign-in of its own. Let /api through there.`;
    default:
      return status < 400
        ? `A page answered (${status}) where Phaseboard's API was looked for. Check the address, and what a proxy makes of /api.`
        : `Something between here and Phaseboard answered ${status}, without saying why. Check the address and the proxy.`;
  }
}

/** The answer is not from the API. */
export class ForeignAnswer extends Error {
  constructor(readonly status: number) {
    super(sayForeignAnswer(status));
  }
}

/** `fetch` for the JSON API; rejects with `ForeignAnswer` where the answer is not from the API. */
export const fetchApi: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init);
  if (/^application\/json\b/.test(answer.headers.get("content-type") ?? "")) return answer;
  throw new ForeignAnswer(answer.status);
};
