export const PersonPage = () => <h1>PersonPage</h1>;
