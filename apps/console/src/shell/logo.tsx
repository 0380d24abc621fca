/** The mark: a heddle's eye, which lifts one thread of the warp so that the weft can pass. */
export function Logo({ size = 26 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden>
      <rect width="32" height="32" rx="8" fill="#3f4fc4" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <path d="M9 6v20M23 6v20M16 6v5.5M16 20.5V26" />
        <ellipse cx="16" cy="16" rx="3" ry="4.6" />
        <path d="M5 16h8M19 16h8" stroke="#aab4ff" />
      </g>
    </svg>
  );
}
