import { Loading, Skeleton } from "../../../components/skeleton";

const COLUMNS = [2, 3, 1, 1, 2];

/** Placeholder columns and cards. */
export function BoardSkeleton() {
  return (
    <Loading label="Loading the board" className="flex min-h-0 flex-1 overflow-hidden">
      {COLUMNS.map((cards, column) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change their order
          key={column}
          className="flex min-w-60 flex-1 basis-64 flex-col border-r border-line last:border-r-0 max-md:w-[calc(100vw-2.5rem)] max-md:flex-none"
        >
          <div className="flex h-9 items-center px-3">
            <Skeleton className="w-16" />
          </div>
          <div className="flex flex-col gap-2 px-2 pt-0.5">
            {Array.from({ length: cards }, (_, card) => (
              <div
                // biome-ignore lint/suspicious/noArrayIndexKey: the cards are all alike
                key={card}
                className="animate-late flex flex-col gap-2.5 rounded-outer border border-line px-3 py-3"
              >
                <Skeleton className="w-3/4" />
                <Skeleton className="h-2.5 w-1/2" />
                <Skeleton className="h-1 w-full" />
                <Skeleton className="h-2.5 w-1/4" />
              </div>
            ))}
          </div>
        </div>
      ))}
    </Loading>
  );
}
