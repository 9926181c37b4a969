"""MiniStack, the local AWS, and workarounds for the places where it behaves differently from AWS.

`__main__` starts MiniStack with the workarounds applied. Each of the other modules works around one gap and can be
deleted when MiniStack closes it. The rest of local/ talks to MiniStack only as an AWS client does, so only this package
imports it.
"""
