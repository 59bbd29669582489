create schema flow; grant usage on schema flow to send_app;
