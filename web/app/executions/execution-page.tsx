export const ExecutionPage = () => <h1>ExecutionPage</h1>;
