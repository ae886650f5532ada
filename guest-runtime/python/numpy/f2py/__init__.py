"""The name alone: `from numpy import *` asks for it. Nothing can be compiled in the sandbox."""
