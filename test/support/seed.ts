import { configureGlobal, readConfigureGlobal } from 'fast-check';

/** The same cases in every run, so that a new failure comes from a change. FC_SEED=random tries others. */
const { FC_SEED = '20261123' } = process.env;
if (FC_SEED !== 'random') configureGlobal({ ...readConfigureGlobal(), seed: Number(FC_SEED) });
