import type { Metadata } from "next";
import { InboxView } from "../../../features/inbox/ui/inbox-page";

export const metadata: Metadata = { title: "Inbox" };

export default function Inbox() {
  return <InboxView />;
}
