import { expect, test } from 'vitest';
import { MACHINE_NAMES, machineEntry, type MachineName } from '../../statemachines/registry.ts';
import { ERROR_GROUPS, flowchartOf } from '../support/flowchart.ts';
import { MACHINES } from '../support/machines.ts';

function pageOf(name: MachineName): string {
  const { objectPrefix } = machineEntry(name);
  const flowchart = flowchartOf(MACHINES[name]);
  const groups = Object.entries(ERROR_GROUPS).filter(([group]) => flowchart.includes(group));
  return [
    `# ${name}`,
    `<!-- Generated: npx vitest run test/statemachines/diagrams.test.ts -u -->`,
    // An angle bracket would begin an HTML tag.
    `${MACHINES[name].Comment?.replaceAll('<', '&lt;')}.`,
    ...(objectPrefix === undefined
      ? []
      : [`Each object that is created under \`${objectPrefix}\` starts an execution.`]),
    `\`\`\`mermaid\n${flowchart}\n\`\`\``,
    ...groups.map(([group, errors]) => `An ${group} is one of ${errors.map((error) => `\`${error}\``).join(', ')}.`),
    `Every Task retries the errors of \`statemachines/retries.ts\`. An error that no arrow shows fails the execution, which can then be redriven from that state.`,
  ].join('\n\n');
}

test.each(MACHINE_NAMES)('docs/machines/%s.md shows the machine as it is', async (name) => {
  await expect(`${pageOf(name)}\n`).toMatchFileSnapshot(`../../docs/machines/${name}.md`);
});
