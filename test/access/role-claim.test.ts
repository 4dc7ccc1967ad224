import { ROLES_BY_NAME, roleIn } from '../../src/access/role-claim.ts';

const roles = { 'order-ops': 'operator', staff: 'viewer', 'staff.shop': 'client' } as const;

test.each([
  ['its only value', { roles: 'staff' }, 'viewer'],
  ['one of several, and other systems’ are nothing', { roles: ['billing-admin', 'staff'] }, 'viewer'],
  ['the strongest, in any order', { roles: ['staff.shop', 'order-ops', 'staff'] }, 'operator'],
])('a role is %s', (_, claims, expected) => expect(roleIn(claims, { name: 'roles', roles })).toBe(expected));

test.each([
  ['nothing', {}],
  ['null', { roles: null }],
  ['a role by its own name where names mean others', { roles: ['operator'] }],
  ['what every object has', { roles: ['constructor', '__proto__', 'toString'] }],
  ['no text', { roles: [1, true, { staff: 'staff' }, ['order-ops']] }],
])('%s is no role', (_, claims) => expect(roleIn(claims, { name: 'roles', roles })).toBeNull());

test('a claim may lie deeper, or have dots in its own name', () => {
  const inKeycloak = { realm_access: { roles: ['operator'] } };
  expect(roleIn(inKeycloak, { name: 'realm_access.roles', roles: ROLES_BY_NAME })).toBe('operator');
  const byUrl = { 'https://orders.example/roles': ['viewer'] };
  expect(roleIn(byUrl, { name: 'https://orders.example/roles', roles: ROLES_BY_NAME })).toBe('viewer');
  expect(roleIn({ realm_access: null }, { name: 'realm_access.roles', roles: ROLES_BY_NAME })).toBeNull();
});
