"use client";

import { Bell, BellOff, BellRing } from "lucide-react";
import { useSyncExternalStore } from "react";
import { IconButton } from "../../../components/icon-button";
import { toast } from "../../../components/toast";
import { useKept } from "../../../components/use-kept";
import { forgetOlder, NOTIFY_KEY } from "./notifications";

const never = () => () => {};

/** Browsers offer notifications only on https and localhost. */
const isOffered = () => "Notification" in window && window.isSecureContext;

/** Switches this browser's notifications of news on and off. The browser asks for leave only by this click. */
export function NotifyButton() {
  const offered = useSyncExternalStore(never, isOffered, () => false);
  const [kept, keep] = useKept(NOTIFY_KEY);
  if (!offered) return null;
  const on = kept === "on" && Notification.permission === "granted";
  const denied = Notification.permission === "denied";
  const toggle = async () => {
    if (on) return keep("");
    const leave = await Notification.requestPermission();
    if (leave === "granted") {
      forgetOlder();
      keep("on");
      return toast.done("This browser tells you of news while Phaseboard is open in a tab");
    }
    if (leave === "denied")
      toast.failed("This browser blocks notifications", {
        description: "Allow them for this site in the browser's settings, then switch them on here.",
      });
  };
  return (
    <IconButton
      label={on ? "Stop notifications of this browser" : "Notify me in this browser"}
      icon={on ? BellRing : denied ? BellOff : Bell}
      aria-pressed={on}
      onClick={() => void toggle()}
    />
  );
}
