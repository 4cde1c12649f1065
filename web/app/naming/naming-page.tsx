export const NamingPage = () => <h1>NamingPage</h1>;
