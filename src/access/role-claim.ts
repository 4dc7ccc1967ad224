import type { Role } from './caller.ts';

/** Which claim of a token says the role, and what its values mean. */
export interface RoleClaim {
  /** `roles`, or a path such as `realm_access.roles`. */
  name: string;
  /** Roles by the claim's values. */
  roles: Readonly<Record<string, Role>>;
}

/** The claim's values are the roles' names. */
export const ROLES_BY_NAME: RoleClaim['roles'] = { client: 'client', operator: 'operator', viewer: 'viewer' };

const STRONGEST_FIRST: Role[] = ['operator', 'viewer', 'client'];

/** The strongest of the roles that a token gives; values that mean none are other systems'. */
export function roleIn(claims: Record<string, unknown>, { name, roles }: RoleClaim): Role | null {
  const value = claims[name] ?? at(claims, name.split('.'));
  const given = new Set(
    [value].flat().map((each) => typeof each === 'string' && Object.hasOwn(roles, each) && roles[each]),
  );
  return STRONGEST_FIRST.find((role) => given.has(role)) ?? null;
}

const at = (claims: unknown, path: string[]): unknown =>
  path.reduce((value, part) => (value as Record<string, unknown> | null | undefined)?.[part], claims);
