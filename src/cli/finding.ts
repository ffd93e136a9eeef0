type Verdict = "ok" | "warn" | "fail";

/** The result of one check of `doctor`; `text` says what was found and, if it is a problem, how to fix it. */
export interface Finding {
  verdict: Verdict;
  subject: string;
  text: string;
}

export const ok = (subject: string, text: string): Finding => ({ verdict: "ok", subject, text });
export const warn = (subject: string, text: string): Finding => ({ verdict: "warn", subject, text });
export const fail = (subject: string, text: string): Finding => ({ verdict: "fail", subject, text });
