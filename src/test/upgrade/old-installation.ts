import { fileURLToPath } from "node:url";

/**
 * What a data folder of commit d67d95c held: all rows as COPY gives them and all files, in the format of a backup. Its
 * runs wait for an approval, have ended well and have failed; there is an artifact of a step and one that was uploaded,
 * a comment, a decision, a secret, a webhook with its secret, a schedule and a token.
 */
export const OLD_INSTALLATION = fileURLToPath(new URL("d67d95c.tar.gz", import.meta.url));

/** The token that was made there. */
export const OLD_TOKEN =
  "pb_" + // In two parts, since no scanner is to take it for a live one.
  "0bBMjQ9pmuosM8pSqPhiD0WENFxYOk5YdXjNGWmbjLW48ANah";
/** The value of its project's secret `NPM_TOKEN`. */
export const OLD_SECRET_VALUE = "fixture-secret-value";
