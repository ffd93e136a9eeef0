import { budgetWords } from "../../../model/budget-words";
import type { InboxItem } from "../schema";
import { promptLine } from "./prompt-line";

const somebody = (name: string | null) => name ?? "Somebody who left";

/** Why the item is in the inbox, in a few words. */
export function reasonWords(item: InboxItem): string {
  switch (item.reason) {
    case "approval":
      return "Asks for your approval";
    case "permission":
      return `${item.agent} asks for a permission`;
    case "budget":
      return "Its budget is reached";
    case "failed":
      return item.own ? "Your run failed" : "A run that you follow failed";
    case "finished":
      return item.own ? "Your run is done" : "A run that you follow is done";
    case "mentioned":
      return `${somebody(item.comment.created_by_name)} mentioned you`;
    case "answered":
      return `${somebody(item.comment.created_by_name)} commented after you`;
    case "commented":
      return `${somebody(item.comment.created_by_name)} commented on your run`;
    case "assigned":
      return "It was assigned to you";
  }
}

/** What it says: the question, the error, or the comment. "" where there is nothing to say. */
export function detailWords(item: InboxItem): string {
  switch (item.reason) {
    case "approval":
      return promptLine(item.request.prompt);
    case "permission":
      return item.tool_call.title;
    case "budget":
      return `The budget is reached: ${budgetWords(item.over_budget)}`;
    case "failed":
    case "finished":
      return item.first_error?.message ?? item.error_message ?? "";
    case "assigned":
      return "";
    default:
      return promptLine(item.comment.text);
  }
}

/** The page that shows it. */
export function hrefOf({ project, run, ...item }: InboxItem): string {
  const step = "step" in item && item.step ? `step=${encodeURIComponent(item.step.step_id)}` : "";
  const comment = "comment" in item ? `more=comments&comment=${item.comment.id}` : "";
  const search = [step, comment].filter((part) => part !== "").join("&");
  return `/p/${project.slug}/runs/${run.id}${search === "" ? "" : `?${search}`}`;
}

export const isQuestion = ({ reason }: InboxItem) =>
  reason === "approval" || reason === "permission" || reason === "budget";
