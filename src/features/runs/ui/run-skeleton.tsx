import { Loading, Skeleton } from "../../../components/skeleton";

const STEPS = ["w-20", "w-28", "w-16", "w-24", "w-20"];

/** Placeholder of the run page. */
export function RunSkeleton() {
  return (
    <Loading label="Loading the run" className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4">
        <Skeleton className="size-4 rounded-full" />
        <Skeleton className="w-48" />
        <Skeleton className="w-32" />
        <Skeleton className="ml-auto h-7 w-20" />
      </div>
      <div className="flex h-9 shrink-0 items-center gap-4 border-b border-line px-4">
        <Skeleton className="w-16" />
        <Skeleton className="w-16" />
        <Skeleton className="w-16" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="flex w-80 flex-col gap-px p-1.5 max-md:w-full md:border-r md:border-line">
          {STEPS.map((width, step) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change their order
            <div key={step} className="flex h-8 items-center gap-2 px-2">
              <Skeleton className="size-3.5 rounded-full" />
              <Skeleton className={width} />
              <Skeleton className="ml-auto w-10" />
            </div>
          ))}
        </div>
        <div className="flex flex-1 flex-col gap-3 p-4 max-md:hidden">
          <Skeleton className="w-40" />
          <Skeleton className="w-3/5" />
          <Skeleton className="w-2/5" />
        </div>
      </div>
    </Loading>
  );
}
