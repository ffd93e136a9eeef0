import Link from "next/link";
import type { ComponentProps } from "react";
import { withMarkedNames } from "../lib/marks";
import { type ButtonLook, buttonClass } from "./button";

export interface ButtonLinkProps extends ComponentProps<typeof Link>, ButtonLook {}

export function ButtonLink({ variant, icon: Icon, className, children, ...props }: ButtonLinkProps) {
  return (
    <Link className={buttonClass(variant, className)} {...withMarkedNames(props)}>
      {Icon ? <Icon aria-hidden size={14} className="shrink-0" /> : null}
      {children}
    </Link>
  );
}
