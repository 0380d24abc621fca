import type { Operation } from "@heddle/api";
import { useMutation, type UseMutationResult } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

/** Begins an operation, and goes to its page. */
export function useOperation<Input = void>(
  begin: (input: Input) => Promise<{ readonly operation: Operation }>,
): UseMutationResult<{ readonly operation: Operation }, Error, Input> {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: begin,
    onSuccess: ({ operation }) => navigate({ to: "/operations/$id", params: { id: operation.id } }),
  });
}
