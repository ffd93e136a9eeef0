"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { FrameContent } from "../../../components/frame/frame";
import { TopBar } from "../../../components/frame/top-bar";

/** The sections of the administration, in the order of the bar. */
const SECTIONS = [
  { label: "People", href: "/admin" },
  { label: "Groups", href: "/admin/groups" },
  { label: "Sessions and tokens", href: "/admin/sessions" },
  { label: "Storage", href: "/admin/storage" },
  { label: "Audit record", href: "/admin/audit" },
];

/** The bar above every page of the administration. */
export function AdminFrame({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  return (
    <>
      <TopBar
        title={<h1 className="font-medium">Administration</h1>}
        tabs={SECTIONS.map((section) => ({ ...section, active: pathname === section.href }))}
      />
      <FrameContent>{children}</FrameContent>
    </>
  );
}
