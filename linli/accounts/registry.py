"""The declared posts (岗位): the house's own from `posts.toml`, the packs' from their declarations."""

from linli.accounts.declarations import Post
from linli.base.registry import Registry

posts: Registry[Post] = Registry("post")
