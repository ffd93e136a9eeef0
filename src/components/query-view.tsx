"use client";

import { LogIn } from "lucide-react";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { ButtonLink } from "./button-link";
import { type Fault, sayFault } from "./fault";
import { EmptyState, ErrorState, ForbiddenState, NotFoundState } from "./states";

/** What this needs of a query of TanStack Query. */
export interface Query<T> {
  data: T | undefined;
  error: Fault | null;
  isFetching: boolean;
  refetch: () => unknown;
}

/**
 * Shows a query's skeleton, then its data, or its error. Data stays on screen when a later read fails, since
 * the live state shows lost connections.
 */
export function QueryView<T>({
  query,
  skeleton,
  className,
  children,
}: {
  query: Query<T>;
  skeleton: ReactNode;
  className?: string;
  children: (data: T) => ReactNode;
}) {
  const { data, error } = query;
  const code = error?.data?.code;
  if (code === "FORBIDDEN") return <ForbiddenState message={error?.message} className={className} />;
  if (code === "NOT_FOUND") {
    return (
      <NotFoundState
        title="There is nothing here"
        message="It may have been deleted or renamed."
        className={className}
      />
    );
  }
  if (code === "UNAUTHORIZED") return <SignedOutState className={className} />;
  if (data !== undefined) return children(data);
  if (error) {
    return (
      <ErrorState
        message={sayFault(error)}
        onRetry={() => query.refetch()}
        retrying={query.isFetching}
        className={className}
      />
    );
  }
  return skeleton;
}

function SignedOutState({ className }: { className?: string }) {
  const pathname = usePathname();
  return (
    <EmptyState
      icon={LogIn}
      title="You are signed out"
      className={className}
      action={
        <ButtonLink variant="primary" href={`/signin?callbackUrl=${encodeURIComponent(pathname)}`}>
          Sign in
        </ButtonLink>
      }
    >
      Your session ended. Sign in to go on where you were.
    </EmptyState>
  );
}
