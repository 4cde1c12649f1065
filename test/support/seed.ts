import { configureGlobal, readConfigureGlobal } from 'fast-check';

/** The same cases in every run, so that a failure is the change's; FC_SEED=random looks further. */
const { FC_SEED = '20261123' } = process.env;
if (FC_SEED !== 'random') configureGlobal({ ...readConfigureGlobal(), seed: Number(FC_SEED) });
