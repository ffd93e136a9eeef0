import { File, FileCode, FileImage, FileMusic, FileText, FileVideo, type LucideIcon } from "lucide-react";
import type { Artifact, FileType } from "../schema";

const ICONS: Record<FileType, LucideIcon> = {
  image: FileImage,
  video: FileVideo,
  document: FileText,
  code: FileCode,
  other: File,
};

/** Icon for a kind of file; its name is shown beside it. */
export function FileIcon({
  file_type,
  mime_type,
  size = 16,
}: Pick<Artifact, "file_type" | "mime_type"> & { size?: number }) {
  const Icon = mime_type.startsWith("audio/") ? FileMusic : ICONS[file_type];
  return <Icon aria-hidden size={size} className="shrink-0 text-faint" />;
}
