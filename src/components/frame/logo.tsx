/** The product's logo: three bars, each longer than the one before. */
export function Logo({ size = 18 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" aria-hidden className="shrink-0 text-accent-text">
      <rect x="1" y="1" width="4.4" height="6.5" rx="1.2" fill="currentColor" opacity="0.45" />
      <rect x="6.8" y="1" width="4.4" height="11.5" rx="1.2" fill="currentColor" opacity="0.7" />
      <rect x="12.6" y="1" width="4.4" height="16" rx="1.2" fill="currentColor" />
    </svg>
  );
}
