"""What the gateway measures."""

from prometheus_client import Counter, Gauge, Histogram

__all__ = [
    "CLOSED",
    "CONNECTIONS",
    "DELIVERIES",
    "FAN_OUT",
    "FRAMES",
    "LIMIT",
    "REPLAYS",
    "ROOMS",
    "SLOWEST",
    "WAITING",
]

CONNECTIONS = Gauge("banyan_gateway_connections", "WebSockets that are open.", multiprocess_mode="livesum")
LIMIT = Gauge("banyan_gateway_connections_limit", "WebSockets that may be open.", multiprocess_mode="livesum")
ROOMS = Gauge("banyan_gateway_rooms", "Rooms that the process has members in.", multiprocess_mode="livesum")
WAITING = Gauge(
    "banyan_gateway_waiting_bytes", "Bytes that wait for clients to read them.", multiprocess_mode="livesum"
)
SLOWEST = Gauge(
    "banyan_gateway_slowest_bytes", "Bytes that wait for the slowest of the clients.", multiprocess_mode="livemax"
)
FRAMES = Counter("banyan_gateway_frames", "Frames from clients, by op.", ["op"])
DELIVERIES = Counter("banyan_gateway_deliveries", "Durable events sent to members, each to each.")
FAN_OUT = Histogram(
    "banyan_gateway_fan_out_seconds",
    "Time to hand what happened in a room to all its members here.",
    buckets=(0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5),
)
REPLAYS = Counter("banyan_gateway_replays", "Joins that missed something, by where it came from.", ["source"])
CLOSED = Counter("banyan_gateway_closed", "Connections that the gateway closed, by code; 4409: slow readers.", ["code"])
