type Verdict = "ok" | "warn" | "fail";

/** One thing that `doctor` looked at; `text` says what was found and, unless it is well, the mend. */
export interface Finding {
  verdict: Verdict;
  subject: string;
  text: string;
}

export const ok = (subject: string, text: string): Finding => ({ verdict: "ok", subject, text });
export const warn = (subject: string, text: string): Finding => ({ verdict: "warn", subject, text });
export const fail = (subject: string, text: string): Finding => ({ verdict: "fail", subject, text });
