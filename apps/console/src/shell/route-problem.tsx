import { useRouter } from "@tanstack/react-router";
import { Problem } from "../ui/problem.tsx";

/** A screen that could not be shown, such as one whose files a newer version replaced. */
export function RouteProblem({ error }: { readonly error: unknown }) {
  const router = useRouter();
  return <Problem error={error} onRetry={() => void router.invalidate()} />;
}
