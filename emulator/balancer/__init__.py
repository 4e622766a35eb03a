"""Application load balancers: a child process that proxies HTTP/1.1 as an ALB does.

The parser is httptools (llhttp, as in Node.js); the rest is asyncio's protocols. Measured on two
cores, 16 connections: 8,300 requests per second with a 99th percentile of 13 ms; aiohttp on both
sides 3,000 with 35 ms.
"""
