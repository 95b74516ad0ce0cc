"""A room as one builds it with Django Channels: a consumer a connection, groups through Redis, messages in PostgreSQL.

Written as a careful Channels developer would: asynchronous consumers, the ORM's pool, a message encoded once however
many get it, nothing logged, channels roomy enough that none is dropped, a garbage collector that seldom looks. It
speaks as much of Banyan's protocol as a room needs: `join`, `send`, `joined`, `event`, `ack`.
"""
