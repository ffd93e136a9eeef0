import {
  Archive,
  Ban,
  CircleCheck,
  CirclePause,
  CircleX,
  Eye,
  FileDiff,
  Info,
  type LucideIcon,
  Play,
  RotateCcw,
  Server,
} from "lucide-react";

const SIGNS: [RegExp, LucideIcon][] = [
  [/^paused/i, CirclePause],
  [/^resumed/i, Play],
  [/^cancelled/i, Ban],
  [/^retried/i, RotateCcw],
  [/^\*\*.+\*\* approved by/, CircleCheck],
  [/^\*\*.+\*\* rejected by/, CircleX],
  [/^\*\*.+\*\*: changes requested/, FileDiff],
  [/^(archived|taken out of the archive)/i, Archive],
  [/^acknowledged/i, Eye],
  [/worker/i, Server],
];

/** Icon for a system comment, chosen by its text. */
export function systemSign(text: string): LucideIcon {
  return SIGNS.find(([words]) => words.test(text))?.[1] ?? Info;
}
