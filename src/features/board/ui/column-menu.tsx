"use client";

import { Archive, EllipsisVertical, Eye, EyeOff, FoldHorizontal, MoveHorizontal } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem, MenuSeparator } from "../../../components/menu";
import { useNarrow } from "../../changes/ui/use-narrow";
import { useProject } from "../../projects/ui/project-provider";
import type { ColumnFacts } from "./columns";
import type { MarkFilters } from "./mark-all-dialog";

const MarkAllDialog = dynamic(() => import("./mark-all-dialog").then((part) => part.MarkAllDialog));

/** What can be done with a column, and with all runs in it. */
export function ColumnMenu({
  column: { key, title, total },
  filters,
  isWide,
  onFold,
  onHide,
  onReset,
}: {
  column: ColumnFacts;
  /** The board's filters. */
  filters: MarkFilters;
  /** It has a width of its own. */
  isWide: boolean;
  onFold: () => void;
  onHide: () => void;
  onReset: () => void;
}) {
  const { may } = useProject();
  const narrow = useNarrow();
  const [asking, setAsking] = useState<"archive" | "acknowledge" | null>(null);
  const writes = may("run:write") && total > 0;
  return (
    <>
      <Menu
        trigger={
          <IconButton
            label={`Actions for ${title}`}
            icon={EllipsisVertical}
            bare
            className="size-6 pointer-coarse:size-9"
          />
        }
      >
        {writes && key === "failed" ? (
          <MenuItem icon={Eye} onClick={() => setAsking("acknowledge")}>
            Acknowledge all…
          </MenuItem>
        ) : null}
        {writes && (key === "failed" || key === "recent") ? (
          <>
            <MenuItem icon={Archive} onClick={() => setAsking("archive")}>
              Archive all…
            </MenuItem>
            <MenuSeparator />
          </>
        ) : null}
        {narrow ? null : (
          <MenuItem icon={FoldHorizontal} onClick={onFold}>
            Fold
          </MenuItem>
        )}
        <MenuItem icon={EyeOff} onClick={onHide}>
          Hide
        </MenuItem>
        {isWide && !narrow ? (
          <MenuItem icon={MoveHorizontal} onClick={onReset}>
            Width as usual
          </MenuItem>
        ) : null}
      </Menu>
      {asking ? (
        <MarkAllDialog what={asking} column={key} filters={filters} onClose={() => setAsking(null)} />
      ) : null}
    </>
  );
}
