//! The work of whoever runs the server.
