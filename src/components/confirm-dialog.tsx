"use client";

import dynamic from "next/dynamic";
import type { ConfirmDialogProps } from "./confirm-dialog-body";
import { useEver } from "./use-ever";

const Body = dynamic(() => import("./confirm-dialog-body").then((part) => part.ConfirmDialogBody));

/**
 * Asks before something is lost. `description` says what, with numbers; `confirmLabel` is a verb with its
 * object ("Delete 14 runs"). With `typeToConfirm` the person types that text first. Closes when `onConfirm`
 * resolves, else shows the error.
 */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return useEver(props.open) ? <Body {...props} /> : null;
}
