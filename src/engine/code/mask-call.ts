import { reasonText } from "../../lib/plain-text";
import type { Mask } from "../logs/mask/mask";
import type { FromHost } from "./protocol";

/** The message with secrets hidden in what people read. What a step runs with stays; its logs are masked. */
export function masked(message: FromHost, mask: Mask): FromHost {
  if ("error" in message) return { ...message, error: mask.text(reasonText(message.error)) };
  if ("output" in message) return { ...message, output: mask.value(message.output) };
  if ("comment" in message) return { ...message, comment: mask.text(message.comment) };
  if ("keep" in message) return { ...message, name: mask.text(message.name ?? message.path) };
  if (!("kind" in message)) return message;
  const shown = message.kind === "approval" ? ["name", "prompt", "form"] : ["name"];
  const options = Object.entries(message.options).map(([key, value]) => [
    key,
    shown.includes(key) ? mask.value(value) : value,
  ]);
  return { ...message, step: mask.text(message.step), options: Object.fromEntries(options) };
}
