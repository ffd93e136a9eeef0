"use client";

import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import Link from "next/link";
import { useEffect } from "react";
import { withMarks } from "../lib/marks";
import { Button } from "./button";

export interface ToastOptions {
  description?: string;
  /** A link to what happened. */
  link?: { label: string; href: string };
  /** An action such as undo or retry. */
  action?: { label: string; run: () => void };
}

const manager = Base.createToastManager<ToastData>();

interface ToastData {
  link?: { label: string; href: string };
}

let hasPlace: () => void;
const place = new Promise<void>((resolve) => {
  hasPlace = resolve;
});

/** Shows it once there is a place for it; gives a function that takes it away. */
export async function showToast(
  type: "done" | "failed",
  title: string,
  { description, link, action }: ToastOptions,
): Promise<() => void> {
  await place;
  const id = manager.add({
    type,
    title: withMarks(title),
    description: withMarks(description),
    data: { link: link && { ...link, label: withMarks(link.label) } },
    timeout: type === "failed" ? 10_000 : 5000,
    priority: type === "failed" ? "high" : "low",
    actionProps: action ? { children: withMarks(action.label), onClick: action.run } : undefined,
  });
  return () => manager.close(id);
}

const ACTION = "rounded-inner text-list font-medium text-accent-text underline-offset-2 hover:underline";

function ToastList() {
  const { toasts } = Base.useToastManager<ToastData>();
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      toast={item}
      swipeDirection={["down", "right"]}
      className="floats pointer-events-auto w-full translate-x-(--toast-swipe-movement-x) translate-y-(--toast-swipe-movement-y) transition-[opacity,translate] duration-[140ms] data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Base.Content className="flex items-start gap-2 py-2 pr-1.5 pl-3">
        {item.type === "failed" ? (
          <CircleAlert aria-hidden size={14} className="mt-1 shrink-0 text-failed" />
        ) : (
          <CircleCheck aria-hidden size={14} className="mt-1 shrink-0 text-done" />
        )}
        <div className="flex min-w-0 flex-1 flex-col py-0.5">
          <Base.Title className="text-list font-medium" />
          <Base.Description className="text-list text-pretty text-muted" />
          <span className="flex gap-3 empty:hidden">
            {item.data?.link ? (
              <Link href={item.data.link.href} className={ACTION} onClick={() => manager.close(item.id)}>
                {item.data.link.label}
              </Link>
            ) : null}
            <Base.Action className={ACTION} />
          </span>
        </div>
        <Base.Close
          render={<Button variant="ghost" icon={X} className="size-6 px-0" />}
          aria-label="Dismiss"
        />
      </Base.Content>
    </Base.Root>
  ));
}

/** The place where toasts appear; once on a page. */
export function ToastPlace() {
  useEffect(() => hasPlace(), []);
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport className="pointer-events-none fixed right-3 bottom-3 z-50 flex w-[min(22rem,calc(100vw-1.5rem))] flex-col-reverse gap-2 max-md:bottom-16">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
