"""Says which instance this is and which Python it runs."""
import os
import sys

print("%s on port %s, %s" % (os.environ["VENVOY_INSTANCE"], os.environ["PORT"], sys.prefix))
